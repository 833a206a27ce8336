using Thaw.Learning.Distribution;
using Thaw.Torch;
using Thaw.Torch.Distributed;

namespace Thaw.Learning.Tests.Distribution;

/// <summary>Ranks as threads of this process.</summary>
internal static class RankThreads
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>Runs <paramref name="body"/> on every rank; one rank is the caller itself.</summary>
    public static T[] Run<T>(int count, Func<Ranks, T> body)
    {
        if (count == 1)
        {
            return [body(Ranks.Alone)];
        }

        var port = SideBySide.FreePort();
        return SideBySide.Run(count, rank =>
        {
            using var ranks = Join(rank, count, port);
            var result = body(ranks);
            ranks.Complete();
            return result;
        });
    }

    /// <summary>As <see cref="Run"/>, where ranks may fail.</summary>
    public static Exception?[] Errors(int count, Action<Ranks> body, Action<string>? quit = null)
    {
        var port = SideBySide.FreePort();
        return [.. SideBySide.Try(count, rank =>
        {
            using var ranks = Join(rank, count, port, quit);
            body(ranks);
            ranks.Complete();
            return 0;
        }).Select(result => result.Error)];
    }

    private static Ranks Join(int rank, int count, int port, Action<string>? quit = null) =>
        Ranks.Join(new RankEnvironment(rank, count, rank, "127.0.0.1", port), GroupBackend.Gloo, Device.Cpu, s_patience, quit);
}
