using System.Globalization;

namespace Thaw.Learning.Distribution;

/// <summary>Which of several processes this one is, and where they meet: what <c>torchrun</c> and <c>thaw launch</c> put into the environment.</summary>
/// <param name="Rank">From 0.</param>
/// <param name="Count">Processes of the job.</param>
/// <param name="LocalRank">From 0 on each machine: the GPU that the process takes.</param>
/// <param name="AgentServes">Whether torchrun itself serves the store at <paramref name="Port"/>; else rank 0 does.</param>
/// <param name="Attempt">Grows when torchrun starts the job again; its store lives on.</param>
public sealed record RankEnvironment(int Rank, int Count, int LocalRank, string Host, int Port, bool AgentServes = false, int Attempt = 0)
{
    private static readonly string[] s_names = ["RANK", "WORLD_SIZE", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT"];

    /// <summary>The environment variables, in the order in which <see cref="Variables"/> gives them.</summary>
    public static IReadOnlyList<string> Names => s_names;

    /// <returns>Null where the process is alone: neither <c>RANK</c> nor <c>WORLD_SIZE</c> is set, or there is one rank.</returns>
    /// <param name="variable">The value of an environment variable, or null.</param>
    /// <exception cref="ArgumentException">A variable is missing or no number of its range; the message names it.</exception>
    public static RankEnvironment? ReadOrNull(Func<string, string?> variable)
    {
        if (Text("RANK") is null && Text("WORLD_SIZE") is null)
        {
            return null;
        }

        var count = Number("WORLD_SIZE", 1, int.MaxValue, "a positive number");
        var rank = Number("RANK", 0, count - 1, $"a number from 0 to WORLD_SIZE - 1 = {count - 1}");
        return count == 1 ? null : new RankEnvironment(
            rank,
            count,
            Number("LOCAL_RANK", 0, int.MaxValue, "a number from 0"),
            Required("MASTER_ADDR"),
            Number("MASTER_PORT", 1, ushort.MaxValue, $"a port from 1 to {ushort.MaxValue}"),
            Text("TORCHELASTIC_USE_AGENT_STORE") == "True",
            int.TryParse(Text("TORCHELASTIC_RESTART_COUNT"), NumberStyles.None, CultureInfo.InvariantCulture, out var attempt) ? attempt : 0);

        string? Text(string name) => variable(name) is { Length: > 0 } text ? text : null;

        string Required(string name) => Text(name) ?? throw new ArgumentException(
            $"{name} is not set, but {(name == "RANK" || Text("RANK") is null ? "WORLD_SIZE" : "RANK")} is: a job of several processes needs {string.Join(", ", s_names)}; torchrun and thaw launch set them.");

        int Number(string name, int least, int most, string expected)
        {
            var text = Required(name);
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
                ? number
                : throw new ArgumentException($"{name} is '{text}'; {expected} is expected.");
        }
    }

    /// <summary>The variables of this rank, for a process that is to be started.</summary>
    public IEnumerable<KeyValuePair<string, string>> Variables() =>
        s_names.Zip([Text(Rank), Text(Count), Text(LocalRank), Host, Text(Port)], KeyValuePair.Create);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
