namespace Thaw.Core.Reports;

/// <summary>Files of the folder Assets, embedded in this assembly under their own names.</summary>
internal static class ReportAsset
{
    public static Stream Open(string name) =>
        typeof(ReportAsset).Assembly.GetManifestResourceStream($"Thaw.Core.Reports.Assets.{name}")
        ?? throw new InvalidOperationException($"{name} is not embedded in {typeof(ReportAsset).Assembly.GetName().Name}.");

    public static string ReadText(string name)
    {
        using var reader = new StreamReader(Open(name));
        return reader.ReadToEnd();
    }
}
