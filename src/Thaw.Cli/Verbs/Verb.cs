using System.CommandLine;

namespace Thaw.Cli.Verbs;

/// <summary>One verb of the program, with an example for its help.</summary>
/// <param name="example">A whole command line: <c>thaw doctor --json</c>.</param>
internal sealed class Verb(string name, string description, string example) : Command(name, description)
{
    public string Example => example;

    /// <summary>Lines that the help has before the example.</summary>
    public IReadOnlyList<string> Notes { get; set; } = [];

    /// <summary>Whether several processes may run it together, as ranks of one job.</summary>
    public bool AcceptsRanks { get; init; }

    /// <summary>The record whose keys may be given as <c>--key value</c>, or null.</summary>
    public Type? Configuration { get; private set; }

    /// <summary>Lets every key of <typeparamref name="T"/> be given on the command line; <c>ConfigurationArguments.Read</c> collects them.</summary>
    public Verb Accepting<T>()
        where T : class
    {
        Configuration = typeof(T);
        TreatUnmatchedTokensAsErrors = false;
        return this;
    }
}
