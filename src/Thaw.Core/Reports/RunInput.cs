using System.Security.Cryptography;

namespace Thaw.Core.Reports;

/// <summary>Something that a run has read: a file by its content, or data that a program made by a description that makes it again.</summary>
/// <param name="Role"><c>model</c>, <c>adapter</c>, <c>dataset</c> or another word for what it was to the run.</param>
/// <param name="Name">The path as the run was told it, or where there is none, the description.</param>
/// <param name="Sha256">Of the file; null where it is none.</param>
public sealed record RunInput(string Role, string Name, string? Sha256 = null)
{
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static RunInput File(string role, string path)
    {
        using var stream = System.IO.File.OpenRead(path);
        return new RunInput(role, path, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }

    /// <summary>The files of a folder in Hugging Face layout that say what a model is: weights, configuration, tokenizer, template.</summary>
    /// <remarks>Nothing of a folder that is not there: whoever reads it says so better.</remarks>
    public static IReadOnlyList<RunInput> Folder(string role, string folder) => !Directory.Exists(folder) ? [] :
    [
        .. Directory.EnumerateFiles(folder)
            .Where(file => Path.GetExtension(file) is ".safetensors" or ".json" or ".jinja")
            .Order(StringComparer.Ordinal)
            .Select(file => File(role, file)),
    ];
}
