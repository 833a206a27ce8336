namespace Thaw.Serving.Client;

/// <summary>Where an OpenAI-compatible server is: <c>http://localhost:8000/v1</c>.</summary>
public static class EndpointAddress
{
    /// <summary>Reads an address with or without <c>/v1</c>; a path of its own is kept.</summary>
    /// <returns>Ends in a slash, so that paths can be put behind it.</returns>
    /// <exception cref="FormatException">Not an http address, or one that carries a password or a query.</exception>
    public static Uri Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new FormatException($"'{text}' is no address of a server; expected one like http://localhost:8000/v1");
        }

        if (address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            throw new FormatException($"the address of {address.Host} must hold no user, password, query or fragment; a key belongs into an environment variable.");
        }

        var path = address.AbsolutePath.TrimEnd('/');
        return new Uri(address, path.Length == 0 ? "/v1/" : path + "/");
    }
}
