using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Thaw.Core.Identity;

/// <summary>What names an instance and decides its fold: the same number on every machine and in every version.</summary>
internal static class StableHash
{
    /// <summary>The first 64 bits of SHA-256, the first byte the highest.</summary>
    public static ulong Of(ReadOnlySpan<byte> form)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(form, hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }
}
