using System.Net;

namespace Thaw.Serving.Server;

/// <summary>Where a server listens, who may ask, and how much it takes on.</summary>
public sealed record ServeOptions
{
    public IPAddress Host { get; init; } = IPAddress.Loopback;

    /// <summary>0 takes one that is free.</summary>
    public int Port { get; init; } = 8000;

    /// <summary>What clients must send; null lets everyone ask who reaches the socket.</summary>
    public ApiKey? Key { get; init; }

    /// <summary>Rows that are decoded together; every one of a request's <c>n</c> choices is a row.</summary>
    public int MaxRows { get; init; } = 64;

    /// <summary>Rows that may wait for a place. Beyond it a request gets 429 with <c>Retry-After</c>.</summary>
    public int MaxQueue { get; init; } = 256;

    /// <summary>Tokens whose keys and values are kept, of running rows and earlier ones together.</summary>
    public int MaxCachedTokens { get; init; } = 1 << 17;

    /// <summary>Tokens of a prompt and its completion together; null is what the model was made for.</summary>
    public int? MaxContext { get; init; }

    public int MaxBodyBytes { get; init; } = 4 << 20;

    public int MaxConnections { get; init; } = 1024;

    /// <summary>How long running requests may still take when the server is told to stop.</summary>
    public TimeSpan DrainLimit { get; init; } = TimeSpan.FromSeconds(30);
}
