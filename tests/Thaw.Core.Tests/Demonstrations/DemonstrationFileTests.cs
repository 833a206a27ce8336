using Thaw.Core.Demonstrations;
using Thaw.Core.Tasks.Sokoban;

namespace Thaw.Core.Tests.Demonstrations;

public sealed class DemonstrationFileTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"thaw-rows-{Guid.NewGuid()}.jsonl");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Read_WhatWriteWrote_GivesTheSameRows()
    {
        var rows = new SokobanTask().Demonstrate(new DemonstrationPlan(Diversity.Diverse, ulong.MaxValue)).Take(500).ToList();

        DemonstrationFile.Write(_path, rows);

        Assert.Equal(rows, DemonstrationFile.Read(_path));
    }

    [Fact]
    public void Write_Row_HasTheKeysOfTheFormat()
    {
        DemonstrationFile.Write(_path, [new Demonstration("p√", "<answer>", "id1", "sokoban", "id", "Up=Up", 7, "gen", "solver")]);

        Assert.Equal(
            """{"prompt":"p√","completion":"<answer>","instance_id":"id1","task":"sokoban","split":"id","binding":"Up=Up","seed":7,"generator":"gen","teacher":"solver"}""" + "\n",
            File.ReadAllText(_path));
    }

    [Fact]
    public void Read_PromptAndCompletionAlone_IsEnough()
    {
        File.WriteAllText(_path, """{"prompt": "a", "completion": "b", "label": [1, 2]}""");

        Assert.Equal([new Demonstration("a", "b", "", "", "", "", 0, "", "")], DemonstrationFile.Read(_path));
    }

    [Theory]
    [InlineData("""{"prompt": "a"}""", "expected an object with the keys prompt, completion.")]
    [InlineData("""["a", "b"]""", "expected an object with the keys prompt, completion.")]
    [InlineData("null", "expected an object with the keys prompt, completion.")]
    [InlineData("""{"prompt": "a", "completion": 3}""", "the value of completion is not of the expected kind.")]
    [InlineData("""{"prompt": null, "completion": "b"}""", "the value of prompt is not of the expected kind.")]
    [InlineData("""{"prompt": "a", "completion": "b", "seed": -1}""", "the value of seed is not of the expected kind.")]
    [InlineData("hello", "'h' is an invalid start of a value. (byte 1)")]
    [InlineData("""{"prompt": "a", "completion": """, "Expected depth to be zero at the end of the JSON payload. There is an open JSON object or array that should be closed. (byte 31)")]
    public void Read_MalformedLine_NamesFileLineAndCause(string line, string cause)
    {
        File.WriteAllText(_path, "{\"prompt\": \"a\", \"completion\": \"b\"}\n\n" + line + "\n{\"prompt\": \"a\", \"completion\": \"b\"}\n");

        var message = Assert.Throws<InvalidDataException>(() => DemonstrationFile.Read(_path).ToList()).Message;

        Assert.Equal($"{_path}: line 3: {cause}", message);
    }

    [Fact]
    public void Read_BytesThatAreNotUtf8_NamesTheByte()
    {
        File.WriteAllBytes(_path, [.. """{"prompt": "a", "completion": "b"}"""u8, (byte)'\n', .. "{\"prompt\": \"a"u8, 0xFF, .. "\", \"completion\": \"b\"}"u8]);

        Assert.Equal($"{_path}: line 2: byte 14 is not UTF-8.", Assert.Throws<InvalidDataException>(() => DemonstrationFile.Read(_path).ToList()).Message);
    }

    [Fact]
    public void Read_FirstRowOfManyLongLines_DoesNotReadOn()
    {
        var good = $$"""{"prompt": "{{new string('a', 200_000)}}", "completion": "b"}""";
        File.WriteAllText(_path, $"{good}\n{good}\nbad\n");

        Assert.Equal(200_000, DemonstrationFile.Read(_path).Take(2).Last().Prompt.Length);
    }

    [Fact]
    public void Write_RowsThatFail_LeavesTheOldFile()
    {
        File.WriteAllText(_path, "old");
        static IEnumerable<Demonstration> Failing()
        {
            yield return new Demonstration("a", "b", "", "", "", "", 0, "", "");
            throw new IOException("no more");
        }

        Assert.Throws<IOException>(() => DemonstrationFile.Write(_path, Failing()));
        Assert.Equal("old", File.ReadAllText(_path));
    }
}
