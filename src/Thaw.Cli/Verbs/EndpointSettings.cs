using Thaw.Serving;
using Thaw.Serving.Client;

namespace Thaw.Cli.Verbs;

/// <summary>Addresses and keys of servers, whoever names them: a flag or a key of a configuration.</summary>
internal static class EndpointSettings
{
    /// <param name="source">What says so, for the message, such as <c>--endpoint</c>.</param>
    /// <exception cref="UsageException">It is no address.</exception>
    public static Uri AddressOf(string text, string source)
    {
        try
        {
            return EndpointAddress.Parse(text);
        }
        catch (FormatException error)
        {
            throw new UsageException($"{source}: {error.Message}");
        }
    }

    /// <summary>A variable that was named must be there; the usual one may be, as local servers need no key.</summary>
    /// <exception cref="InvalidDataException">The named variable is not set.</exception>
    public static ApiKey? KeyOf(string? variable, string source) => variable is null ? ApiKey.FromEnvironment(ApiKey.DefaultVariable) : NamedKey(variable, source);

    /// <inheritdoc cref="KeyOf"/>
    public static ApiKey NamedKey(string variable, string source) =>
        ApiKey.FromEnvironment(variable) ?? throw new InvalidDataException($"environment variable {variable}, named by {source}, is not set");
}
