using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Training;
using Thaw.Torch;

namespace Thaw.Learning.Distribution;

/// <summary>Hashes by which ranks see that they have the same data and weights.</summary>
internal static class Fingerprint
{
    /// <summary>Of the tokens and targets of rows, in their order.</summary>
    public static string Of(IEnumerable<TrainingExample> rows)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var row in rows)
        {
            hash.AppendData(BitConverter.GetBytes(row.Ids.Length));
            hash.AppendData(MemoryMarshal.AsBytes(row.Ids.AsSpan()));
            hash.AppendData(MemoryMarshal.AsBytes(row.IsTarget.AsSpan()));
            hash.AppendData(MemoryMarshal.AsBytes(row.BranchStarts.AsSpan()));
        }

        return Text(hash);
    }

    public static string Of(IEnumerable<string> texts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var text in texts)
        {
            hash.AppendData(MemoryMarshal.AsBytes(text.AsSpan()));
            hash.AppendData([0, 0]);
        }

        return Text(hash);
    }

    /// <summary>Of all weights, bit by bit, with their names: about a second a gigabyte.</summary>
    public static string Of(IEnumerable<Parameter> parameters)
    {
        using var hash = SHA256.Create();
        using (var stream = new CryptoStream(Stream.Null, hash, CryptoStreamMode.Write))
        {
            foreach (var parameter in parameters)
            {
                stream.Write(MemoryMarshal.AsBytes(parameter.Name.AsSpan()));
                TensorTransfer.Write(stream, parameter.Value, TensorTransfer.EntryOf(parameter.Name, parameter.Value).Type);
            }
        }

        return Text(hash.Hash!);
    }

    private static string Text(IncrementalHash hash) => Text(hash.GetHashAndReset());

    private static string Text(byte[] hash) => Convert.ToHexStringLower(hash)[..16];
}
