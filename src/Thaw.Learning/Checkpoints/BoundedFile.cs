namespace Thaw.Learning.Checkpoints;

/// <summary>Reads files of strangers as a whole that may not be larger than their kind ever is.</summary>
internal static class BoundedFile
{
    /// <summary>For settings: the largest of a published model has some megabytes.</summary>
    public const long MostOfSettings = 16_000_000;

    /// <summary>For vocabularies: the largest <c>tokenizer.json</c> of a published model has 33 MB.</summary>
    public const long MostOfVocabulary = 256_000_000;

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It has more than <paramref name="most"/> bytes.</exception>
    public static byte[] Read(string file, long most)
    {
        if (!File.Exists(file))
        {
            throw new FileNotFoundException($"{file}: no such file.", file);
        }

        // Of what is no regular file, such as a device, the length says nothing, so no more is read than is allowed.
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read);
        var bytes = new byte[Math.Min(stream.Length, most)];
        var count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return stream.ReadByte() < 0 ? bytes[..count] : throw new InvalidDataException($"{file}: more than the {(bytes.Length < most ? bytes.Length : most)} bytes that it may have.");
    }
}
