using System.Text.Json;
using Thaw.Core.Datasets;
using Thaw.Core.Demonstrations;
using Thaw.Learning.Sft.Rows;

namespace Thaw.Learning.Tests.Sft.Rows;

public sealed class DatasetReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"prompt":"a","completion":"b"}""", "a", "b")]
    [InlineData("""{"prompt":"a","response":"b","completion":null}""", "a", "b")]
    [InlineData("""{"text":"b"}""", "", "b")]
    public void Read_Texts_AreTakenWordForWord(string line, string prompt, string completion) =>
        Assert.Equal(new TextContent(prompt, completion), Read(line).Content);

    [Theory]
    [InlineData("""{"messages":[{"role":"system","content":"s"},{"role":"user","content":"u"},{"role":"assistant","content":"b"}]}""", "system s, user u", "assistant b")]
    [InlineData("""{"prompt":[{"role":"user","content":"u"}],"completion":[{"role":"assistant","content":"b"}]}""", "user u", "assistant b")]
    [InlineData("""{"question":"u","answer":"b","metadata":{"x":1}}""", "user u", "assistant b")]
    [InlineData("""{"data_source":"x","prompt":[{"role":"user","content":"u"}],"ability":"x","reward_model":{"style":"rule","ground_truth":"z"},"extra_info":{"answer":"b"}}""", "user u", "assistant b")]
    public void Read_Chats_AreCutBeforeTheAnswer(string line, string prompt, string completion)
    {
        var chat = Assert.IsType<ChatContent>(Read(line).Content);

        Assert.Equal(prompt, Words(chat.Prompt));
        Assert.Equal(completion, Words(chat.Completion));

        static string Words(IEnumerable<JsonElement> messages) =>
            string.Join(", ", messages.Select(message => $"{message.GetProperty("role").GetString()} {message.GetProperty("content").GetString()}"));
    }

    [Fact]
    public void Read_EveryExportOfOurs_GivesTheSameAnswerAndKnowsItsInstanceWhereTheFormDoes()
    {
        Demonstration row = new("<|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\n<think>", "</think> a", "1f", "sokoban", "diverse", "", 1, "g", "solver");
        foreach (var format in DatasetFormat.Exports.Append(DatasetFormat.Thaw))
        {
            using var stream = new MemoryStream();
            using (var json = new Utf8JsonWriter(stream))
            {
                format.Write(json, row, 0);
            }

            var read = Read(System.Text.Encoding.UTF8.GetString(stream.ToArray()));
            var answer = read.Content is TextContent text ? text.Completion : ((ChatContent)read.Content).Completion[0].GetProperty("content").GetString();
            Assert.Contains("</think> a", answer, StringComparison.Ordinal);
            Assert.Equal(format.Name is "thaw" or "verl" ? "sokoban 1f" : " ", $"{read.Task} {read.InstanceId}");
        }
    }

    [Fact]
    public void Read_ToolsAndVariables_ReachTheTemplate()
    {
        var chat = (ChatContent)Read("""{"messages":[{"role":"user","content":"u"},{"role":"assistant","content":"b"}],"tools":"[{\"name\":\"t\"}]","chat_template_kwargs":{"enable_thinking":false}}""").Content;

        Assert.Equal("t", chat.Tools!.Value[0].GetProperty("name").GetString());
        Assert.False(chat.Variables["enable_thinking"].GetBoolean());
    }

    [Theory]
    [InlineData("""{"prompt":"a"}""", "'prompt' without 'completion'.")]
    [InlineData("""{"completion":"a"}""", "expected 'messages', 'prompt' and 'completion', 'question' and 'answer', or 'text'.")]
    [InlineData("""{"prompt":"a","completion":[]}""", "'prompt' is a text and 'completion' a list; both must be texts, or both lists of messages.")]
    [InlineData("""{"prompt":[{"role":"user","content":"u"}],"completion":"b"}""", "'prompt' is a list and 'completion' is none; both must be texts, or both lists of messages.")]
    [InlineData("""{"prompt":[{"role":"user","content":"u"}]}""", "'prompt' without 'completion', and no 'extra_info.answer' in its place.")]
    [InlineData("""{"prompt":[{"role":"assistant","content":"u"}],"completion":[]}""", "'prompt' must end in a message that the assistant answers.")]
    [InlineData("""{"messages":[]}""", "'messages' is empty.")]
    [InlineData("""{"messages":[{"role":"user","content":"u"}]}""", "the last of 'messages' is not the assistant's, so there is nothing to learn.")]
    [InlineData("""{"messages":[{"content":"u"}]}""", "messages[0] must be an object with a 'role'.")]
    [InlineData("""{"messages":{"role":"user"}}""", "'messages' must be a list of messages.")]
    [InlineData("""{"prompt":3,"completion":"a"}""", "'prompt' must be a text.")]
    [InlineData("""{"question":"a"}""", "'question' without 'answer'.")]
    [InlineData("""[1]""", "expected an object.")]
    public void Read_BadRow_NamesFileLineAndCause(string line, string cause)
    {
        File.WriteAllText(_folder["rows.jsonl"], "{\"text\":\"fine\"}\n\n" + line + "\n");

        var error = Assert.Throws<InvalidDataException>(() => DatasetReader.Read(_folder["rows.jsonl"]).ToList());

        Assert.Equal($"{_folder["rows.jsonl"]}: line 3: {cause}", error.Message);
    }

    [Fact]
    public void Read_Streams()
    {
        using (var file = File.CreateText(_folder["rows.jsonl"]))
        {
            file.WriteLine("""{"text":"fine"}""");
            file.WriteLine("broken");
        }

        Assert.Equal(new TextContent("", "fine"), DatasetReader.Read(_folder["rows.jsonl"]).First().Content);
    }

    [Fact]
    public void Read_AFolderOfGen_ReadsItsTrainingFile()
    {
        File.WriteAllText(_folder["train.jsonl"], """{"prompt":"a","completion":"b"}""");

        Assert.Equal($"{_folder["train.jsonl"]}: line 1", DatasetReader.Read(_folder.Path).Single().Place);
    }

    private SourceRow Read(string line)
    {
        File.WriteAllText(_folder["rows.jsonl"], line + "\n");
        return DatasetReader.Read(_folder["rows.jsonl"]).Single();
    }
}
