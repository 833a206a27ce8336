using System.Globalization;
using System.Text;

namespace Thaw.Benchmarks.Output;

/// <summary>One run of the benchmarks as Markdown.</summary>
internal sealed class ResultTable(string command, string machine)
{
    private readonly StringBuilder _body = new();

    public string Machine => machine;

    public string Body => _body.ToString().TrimEnd();

    public void Add(string markdown) => _body.Append(markdown).Append('\n');

    /// <summary>Adds the run to the file of today, which other runs of the day may have begun.</summary>
    /// <returns>The file.</returns>
    public string AppendTo(string folder)
    {
        Directory.CreateDirectory(folder);
        var now = DateTime.UtcNow;
        var file = Path.Combine(folder, now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + ".md");
        File.AppendAllText(file, string.Create(CultureInfo.InvariantCulture, $"## {now:HH:mm} UTC\n\n`{command}`\n\n{Machine}\n\n{Body}\n\n"));
        return file;
    }
}
