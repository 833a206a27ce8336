using System.Globalization;
using System.Text;

namespace Thaw.Core.Datasets;

/// <summary>The README.md of a dataset folder, with the front matter that the Hugging Face hub reads.</summary>
/// <remarks>It names no machine, folder or time, so the same dataset has the same card.</remarks>
internal static class DatasetCard
{
    public static string Write(
        DatasetDescription description, IReadOnlyList<DatasetFormat> formats, IReadOnlyList<DatasetFile> files, IReadOnlyDictionary<string, long> counts)
    {
        var card = new StringBuilder();
        card.Append(FrontMatter(formats, files));
        card.Append(CultureInfo.InvariantCulture, $"# {description.Title}\n\n");
        card.Append(CultureInfo.InvariantCulture, $"{description.Rows} demonstrations (a prompt and the completion to learn) for the task `{description.Task}`.\n\n");
        foreach (var note in description.Notes)
        {
            card.Append(CultureInfo.InvariantCulture, $"{note}\n\n");
        }

        card.Append(CultureInfo.InvariantCulture, $"## How it was made\n\n```\n{description.Command} --out DIR\n```\n\n");
        card.Append(CultureInfo.InvariantCulture, $"thaw {description.Version}, seed {description.Seed}. The same command gives the same bytes on any machine and with any number of threads.\n\n");
        card.Append("## Files\n\n| file | bytes | SHA-256 | columns |\n|---|---|---|---|\n");
        foreach (var (format, file) in formats.Zip(files))
        {
            card.Append(CultureInfo.InvariantCulture, $"| `{format.FileName}` | {file.Bytes} | `{file.Sha256}` | {format.Columns} |\n");
        }

        card.Append("\nAll files hold the same rows in the same order.\n\n## Counts\n\n| what | rows |\n|---|---|\n");
        foreach (var (name, count) in counts.OrderBy(count => count.Key, StringComparer.Ordinal))
        {
            card.Append(CultureInfo.InvariantCulture, $"| {name} | {count} |\n");
        }

        return card.ToString();
    }

    private static string FrontMatter(IReadOnlyList<DatasetFormat> formats, IReadOnlyList<DatasetFile> files)
    {
        var configurations = formats.Zip(files, (format, file) => $"- config_name: {format.Name}\n  data_files: {Path.GetFileName(file.Path)}\n");
        return $"---\nlanguage:\n- en\ntask_categories:\n- text-generation\nconfigs:\n{string.Concat(configurations)}---\n\n";
    }
}
