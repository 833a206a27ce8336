namespace Thaw.Learning.Sft;

/// <summary>The sources of a run with a name for each: its own, that of its file, or task and diversity; a number keeps equal ones apart.</summary>
internal static class SourceNames
{
    public static IReadOnlyList<(string Name, DatasetSource Source)> Of(SftOptions options)
    {
        IReadOnlyList<DatasetSource> sources = options.DatasetMixture.Count > 0 ? options.DatasetMixture : [new DatasetSource { DatasetName = NullIfEmpty(options.DatasetName) }];
        var (used, named) = (new HashSet<string>(StringComparer.Ordinal), new List<(string, DatasetSource)>());
        foreach (var source in sources)
        {
            var stem = source.Name ?? StemOf(source.In(options));
            var name = stem;
            for (var i = 2; !used.Add(name); i++)
            {
                name = $"{stem}-{i}";
            }

            named.Add((name, source));
        }

        return named;
    }

    private static string StemOf(SftOptions options) => options.DatasetName.Length > 0
        ? Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(options.DatasetName))
        : $"{options.Task}-{options.Diversity.ToString().ToLowerInvariant()}";

    private static string? NullIfEmpty(string text) => text.Length > 0 ? text : null;
}
