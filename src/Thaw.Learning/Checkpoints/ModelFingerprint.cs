using System.Security.Cryptography;
using System.Text;
using Thaw.Learning.Lora;

namespace Thaw.Learning.Checkpoints;

/// <summary>A short name of all in a folder that decides what a model says; it changes when the model does.</summary>
public static class ModelFingerprint
{
    private const int PieceBytes = 1 << 24;

    /// <remarks>Every byte counts. Pieces are read and hashed on all processors, at some gigabytes a second: less than loading the model takes.</remarks>
    /// <param name="adapter">Folder of the adapter on the model, or null.</param>
    /// <returns><c>fp_</c> and sixteen hexadecimal digits.</returns>
    public static string Of(string folder, string? adapter = null)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in new[] { folder, adapter }.OfType<string>().SelectMany(part => Directory.EnumerateFiles(part).Where(IsPartOfTheModel).Order(StringComparer.Ordinal)))
        {
            using var file = File.OpenHandle(path);
            var length = RandomAccess.GetLength(file);
            hash.AppendData(Encoding.UTF8.GetBytes($"{Path.GetFileName(path)}/{length}\n"));
            var pieces = new byte[(length + PieceBytes - 1) / PieceBytes][];
            Parallel.For(0, pieces.Length, () => new byte[Math.Min(length, PieceBytes)], (piece, _, buffer) =>
            {
                pieces[piece] = SHA256.HashData(buffer.AsSpan(0, RandomAccess.Read(file, buffer, (long)piece * PieceBytes)));
                return buffer;
            }, _ => { });
            Array.ForEach(pieces, piece => hash.AppendData(piece));
        }

        return $"fp_{Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8))}";
    }

    private static bool IsPartOfTheModel(string path) =>
        Path.GetExtension(path) is ".safetensors" or ".jinja"
        || Path.GetFileName(path) is DecoderFolder.ConfigName or "tokenizer.json" or "tokenizer_config.json" or GenerationConfigFile.Name or AdapterConfigFile.Name;
}
