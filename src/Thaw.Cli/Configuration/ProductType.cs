using Thaw.Torch;

namespace Thaw.Cli.Configuration;

/// <summary>Whether a run multiplies in bfloat16, decided once: a run that goes on must not find another answer than it began with.</summary>
internal static class ProductType
{
    /// <param name="asked">What the configuration says; it wins.</param>
    /// <param name="begun">What the run was begun with; null where it is new.</param>
    /// <returns>Where neither says anything, what is faster on this machine.</returns>
    public static bool Resolve(bool? asked, bool? begun, string device) =>
        asked ?? begun ?? TorchRuntime.FastestType(Device.Parse(device)) == DType.BFloat16;

    /// <summary>What a resolved configuration says; null where the file is not there.</summary>
    /// <param name="key">With the blocks that it lies in.</param>
    public static bool? ReadOrNull(string path, string key = "bf16") =>
        File.Exists(path) && ConfigurationReader.Values(File.ReadAllText(path), path).TryGetValue(key, out var text) && bool.TryParse(text, out var begun) ? begun : null;
}
