using System.Security.Cryptography;
using System.Text;

namespace Thaw.Serving;

/// <summary>A secret that clients send as <c>Authorization: Bearer ...</c>. It comes from the environment and is never printed.</summary>
public sealed class ApiKey
{
    public const string DefaultVariable = "OPENAI_API_KEY";

    private const string Mask = "***";

    private readonly string _value;
    private readonly byte[] _hash;

    /// <exception cref="ArgumentException">The key is empty or holds anything but visible ASCII characters; the message does not hold it.</exception>
    public ApiKey(string value)
    {
        if (value.Length == 0 || value.Any(c => c is <= ' ' or > '~'))
        {
            throw new ArgumentException("An API key consists of visible ASCII characters.");
        }

        _value = value;
        _hash = Hash(value);
    }

    /// <summary>The value of the <c>Authorization</c> header.</summary>
    internal string Header => $"Bearer {_value}";

    /// <param name="variable">Name of an environment variable.</param>
    /// <returns>Null where the variable is not set or empty.</returns>
    /// <exception cref="InvalidDataException">It holds something that no header can carry.</exception>
    public static ApiKey? FromEnvironment(string variable)
    {
        if (Environment.GetEnvironmentVariable(variable) is not { Length: > 0 } value)
        {
            return null;
        }

        try
        {
            return new ApiKey(value);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"environment variable {variable}: {error.Message}", error);
        }
    }

    /// <summary>Compares in a time that does not depend on where the two differ, nor on the length of the key.</summary>
    public bool Matches(string candidate) => CryptographicOperations.FixedTimeEquals(_hash, Hash(candidate));

    /// <summary>Takes the key out of a text that another program wrote, such as an error message that repeats it.</summary>
    public string RemoveFrom(string text) => text.Replace(_value, Mask, StringComparison.Ordinal);

    public override string ToString() => Mask;

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
