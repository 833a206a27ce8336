using System.Buffers.Binary;
using System.Text;

namespace Thaw.Learning.Tests.Tokenization;

/// <summary>Token ids by other implementations, run in Node.js; <c>tests/node/tokenize.mjs</c> says which.</summary>
internal static class ReferenceTokenizer
{
    public const string Rust = "rust", JavaScript = "js";

    /// <param name="implementation"><see cref="Rust"/> or <see cref="JavaScript"/>.</param>
    /// <param name="model">Folder with tokenizer.json and tokenizer_config.json.</param>
    public static List<int[]> Encode(string implementation, string model, IEnumerable<byte[]> documents, bool addTemplate = false) =>
        [.. Run([implementation, model], documents.Select(document => (document, document.Length)), addTemplate ? ["template"] : [], sizeof(int)).Select(IdsOf)];

    public static List<string> Decode(string model, IEnumerable<int[]> ids) =>
        [.. Run(["rust-decode", model], ids.Select(list => (BytesOf(list), list.Length)), [], 1).Select(Encoding.UTF8.GetString)];

    private static List<byte[]> Run(string[] before, IEnumerable<(byte[] Bytes, int Count)> records, string[] after, int size)
    {
        using var folder = new TemporaryFolder();
        var (input, output) = (Path.Combine(folder.Path, "in"), Path.Combine(folder.Path, "out"));
        using (var stream = File.Create(input))
        {
            Span<byte> head = stackalloc byte[4];
            foreach (var (bytes, count) in records)
            {
                BinaryPrimitives.WriteInt32LittleEndian(head, count);
                stream.Write(head);
                stream.Write(bytes);
            }
        }

        NodePackages.Run("tokenize.mjs", [.. before, input, output, .. after]);
        var all = File.ReadAllBytes(output);
        var results = new List<byte[]>();
        for (var at = 0; at < all.Length;)
        {
            var length = size * BinaryPrimitives.ReadInt32LittleEndian(all.AsSpan(at));
            results.Add(all[(at + 4)..(at + 4 + length)]);
            at += 4 + length;
        }

        return results;
    }

    private static int[] IdsOf(byte[] bytes)
    {
        var ids = new int[bytes.Length / sizeof(int)];
        Buffer.BlockCopy(bytes, 0, ids, 0, bytes.Length);
        return ids;
    }

    private static byte[] BytesOf(int[] ids)
    {
        var bytes = new byte[ids.Length * sizeof(int)];
        Buffer.BlockCopy(ids, 0, bytes, 0, bytes.Length);
        return bytes;
    }
}
