namespace Thaw.Cli.Tests;

/// <summary>One run of the program in this process.</summary>
internal sealed record CommandRun(int Code, string Output, string Error)
{
    public IReadOnlyList<string> ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static Task<CommandRun> Of(params string[] args) => Of(CancellationToken.None, args);

    public static async Task<CommandRun> Of(CancellationToken cancellation, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await Program.RunAsync(args, output, error, cancellation);
        return new CommandRun(code, output.ToString(), error.ToString());
    }
}
