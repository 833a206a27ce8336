using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;

namespace Thaw.Testing;

/// <summary>Ranks as threads of one process.</summary>
public static class SideBySide
{
    /// <summary>Runs <paramref name="rank"/> for each number from 0, each on a thread of its own.</summary>
    /// <returns>What each gave or threw.</returns>
    public static (T? Value, Exception? Error)[] Try<T>(int count, Func<int, T> rank)
    {
        var results = new (T?, Exception?)[count];
        var threads = Enumerable.Range(0, count).Select(i => new Thread(() =>
        {
            try
            {
                results[i] = (rank(i), null);
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                results[i] = (default, error);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return results;
    }

    /// <summary>As <see cref="Try"/>, where nothing is expected to go wrong.</summary>
    public static T[] Run<T>(int count, Func<int, T> rank)
    {
        var results = Try(count, rank);
        if (results.FirstOrDefault(r => r.Error is not null).Error is { } error)
        {
            ExceptionDispatchInfo.Throw(error);
        }

        return [.. results.Select(r => r.Value!)];
    }

    public static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
