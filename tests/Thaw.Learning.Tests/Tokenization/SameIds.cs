using System.Text;
using Thaw.Learning.Tokenization;

namespace Thaw.Learning.Tests.Tokenization;

/// <summary>Compares token ids and says where the first difference is.</summary>
internal static class SameIds
{
    public static void Assert(List<int[]> expected, BytePairTokenizer tokenizer, List<byte[]> documents, bool addTemplate = false)
    {
        Xunit.Assert.Equal(documents.Count, expected.Count);
        for (var i = 0; i < documents.Count; i++)
        {
            // Whether they come as bytes or as a string makes no difference, broken or not.
            var ids = i % 2 == 0 ? tokenizer.Encode(documents[i], addTemplate) : tokenizer.Encode(Encoding.UTF8.GetString(documents[i]), addTemplate);
            var same = ids.AsSpan().CommonPrefixLength(expected[i]);
            if (same < Math.Max(ids.Length, expected[i].Length))
            {
                string Around(int[] all) =>
                    $"[{string.Join(' ', all.Skip(same).Take(8))}] '{Escaped(tokenizer.Decode(all.Skip(Math.Max(0, same - 8)).Take(16)))}'";
                Xunit.Assert.Fail($"document {i}, token {same}: {Around(ids)} instead of {Around(expected[i])}");
            }
        }
    }

    private static string Escaped(string text) => string.Concat(text.Select(c => c is >= ' ' and <= '~' ? c.ToString() : $"\\u{(int)c:X4}"));
}
