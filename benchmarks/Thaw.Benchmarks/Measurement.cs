using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Thaw.Benchmarks.Output;
using Thaw.Core.Storage;

namespace Thaw.Benchmarks;

/// <summary>What one benchmark found.</summary>
/// <param name="Key">In the JSON object.</param>
/// <param name="Fault">Why the numbers mean nothing; null where they do.</param>
internal sealed record Measurement(string Key, object Results, string Markdown, string? Fault = null)
{
    /// <summary>Measures one after the other and says what came out as the options ask for it.</summary>
    /// <returns>The exit code.</returns>
    public static int Report(ParseResult parsed, BenchmarkOptions options, bool withLibtorch, IEnumerable<Measuring> parts)
    {
        // Programs read stdout, people the rest.
        var text = options.Json ? Console.Error : Console.Out;
        var table = new ResultTable("benchmarks/run " + string.Join(' ', parsed.Tokens.Select(t => t.Value)), MachineFacts.Read(withLibtorch));
        text.WriteLine(table.Machine);
        var json = new JsonObject { ["machine"] = table.Machine };
        var faults = new List<string>();
        foreach (var part in parts)
        {
            var found = part(parsed, options, text);
            table.Add(found.Markdown);
            json[found.Key] = JsonSerializer.SerializeToNode(found.Results, JsonFormat.Line);
            faults.AddRange(found.Fault is { } fault ? [fault] : []);
        }

        text.WriteLine();
        text.WriteLine(table.Body);
        if (options.Out is { } folder)
        {
            text.WriteLine($"written to {table.AppendTo(folder)}");
        }

        if (options.Json)
        {
            Console.Out.WriteLine(json.ToJsonString(JsonFormat.Line));
        }

        faults.ForEach(fault => Console.Error.WriteLine($"benchmarks: {fault}"));
        return faults.Count == 0 ? 0 : 1;
    }
}

/// <param name="text">Told of every round.</param>
internal delegate Measurement Measuring(ParseResult parsed, BenchmarkOptions options, TextWriter text);
