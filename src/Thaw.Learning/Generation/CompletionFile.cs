using System.Text.Json;
using System.Text.Json.Nodes;
using Thaw.Core.Storage;
using Thaw.Learning.Tokenization;

namespace Thaw.Learning.Generation;

/// <summary>JSON Lines with one completion a line, appended in order, so that a run that was killed goes on behind the last whole line.</summary>
/// <remarks>
/// Beside it stands <c>NAME.config.json</c> with what decides the completions. A line has the keys of the prompt's line and its own:
/// <c>completion</c>, <c>sample</c>, <c>finish_reason</c>, <c>prompt_tokens</c>, <c>completion_tokens</c>, perhaps <c>logprobs</c>. A key of
/// the prompt's line that has one of these names is kept with <c>input_</c> before it.
/// </remarks>
internal sealed class CompletionFile : IDisposable
{
    private static readonly string[] s_ownKeys = ["completion", "sample", "finish_reason", "prompt_tokens", "completion_tokens", "logprobs"];

    private readonly FileStream _stream;

    private CompletionFile(FileStream stream, long lines) => (_stream, Lines) = (stream, lines);

    /// <summary>Whole lines in the file.</summary>
    public long Lines { get; private set; }

    /// <exception cref="IOException">The file is there and was made with other settings, or without any; or another process writes it.</exception>
    public static CompletionFile Open(string path, JsonObject settings)
    {
        RequireSame(path, settings);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            return new CompletionFile(stream, KeepWholeLines(stream));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Appends a line; it outlives this process at once, and the machine when the file is disposed.</summary>
    public void Append(PromptRow prompt, int sample, GenerationRow row, BytePairTokenizer tokenizer)
    {
        var line = new JsonObject();
        foreach (var (key, value) in prompt.Columns)
        {
            line[s_ownKeys.Contains(key) ? "input_" + key : key] = value.ValueKind == JsonValueKind.String ? JsonText.Read(value) : JsonNode.Parse(value.GetRawText());
        }

        line["completion"] = row.Text;
        line["sample"] = sample;
        line["finish_reason"] = JsonFormat.NameOf(row.Finish!.Value);
        line["prompt_tokens"] = row.Request.Prompt.Length;
        line["completion_tokens"] = row.Tokens.Count;
        if (row.Request.LogProbabilities)
        {
            line["logprobs"] = LogProbabilities(row, tokenizer);
        }

        JsonLines.Write(_stream, [line]);
        _stream.Flush();
        Lines++;
    }

    public void Dispose()
    {
        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
    }

    // The form of OpenAI's completions.
    private static JsonObject LogProbabilities(GenerationRow row, BytePairTokenizer tokenizer)
    {
        var result = new JsonObject
        {
            ["tokens"] = new JsonArray([.. row.Tokens.Select(token => (JsonNode)tokenizer.TokenText(token.Id))]),
            ["token_ids"] = new JsonArray([.. row.Tokens.Select(token => (JsonNode)token.Id)]),
            ["token_logprobs"] = new JsonArray([.. row.Tokens.Select(token => (JsonNode)token.LogProbability)]),
        };
        if (row.Request.TopLogProbabilities > 0)
        {
            // Two tokens may have one text, so the ids are the keys.
            result["top_logprobs"] = new JsonArray([.. row.Tokens.Select(token => (JsonNode)new JsonObject(
                token.Top.Select(top => KeyValuePair.Create(top.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), (JsonNode?)top.LogProbability))))]);
        }

        return result;
    }

    private static void RequireSame(string path, JsonObject settings)
    {
        var beside = path + ".config.json";
        if (!File.Exists(path) || new FileInfo(path).Length == 0)
        {
            AtomicFile.WriteText(beside, settings.ToJsonString(JsonFormat.Indented));
            return;
        }

        if (!File.Exists(beside))
        {
            throw new IOException($"{path}: is there already, and {beside}, which would say how it was made, is not.");
        }

        var old = ReadSettings(beside);
        foreach (var (key, value) in settings)
        {
            if (!JsonNode.DeepEquals(old[key], value))
            {
                throw new IOException($"{path}: was begun with {key} {old[key]?.ToJsonString() ?? "not said"}, not {value?.ToJsonString() ?? "null"}. Name another file.");
            }
        }
    }

    private static JsonObject ReadSettings(string path)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(path)) as JsonObject ?? throw new JsonException("expected an object.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path}: is damaged, so nobody knows how the completions were made: {error.Message}", error);
        }
    }

    // A line whose end was not written is no line.
    private static long KeepWholeLines(FileStream stream)
    {
        var buffer = new byte[1 << 16];
        var (lines, end, position) = (0L, 0L, 0L);
        // A device may have no end.
        var length = stream.Length;
        while (position < length && stream.Read(buffer) is > 0 and var count)
        {
            for (var i = 0; i < count; i++)
            {
                if (buffer[i] == (byte)'\n')
                {
                    (lines, end) = (lines + 1, position + i + 1);
                }
            }

            position += count;
        }

        stream.SetLength(end);
        stream.Position = end;
        return lines;
    }
}
