namespace Thaw.Learning.Sft.Linting;

/// <summary>What is wrong, or worth knowing, about rows before they are learnt.</summary>
/// <param name="Rule">A short name, for programs and for the documentation.</param>
/// <param name="Rows">How many rows it is about.</param>
/// <param name="Message">One sentence with its counts, without a full stop.</param>
/// <param name="Example">The first such row: <c>data.jsonl: line 7</c>.</param>
public sealed record LintFinding(LintSeverity Severity, string Rule, long Rows, string Message, string Example)
{
    /// <summary>As one line for a person.</summary>
    public override string ToString() => $"{Severity.ToString().ToLowerInvariant()} {Rule}: {Message}{(Example.Length > 0 ? $"; first: {Example}" : "")}";
}

public enum LintSeverity
{
    /// <summary>Legal, and sometimes meant so.</summary>
    Note,

    Warning,

    /// <summary>The run would not do what it is for.</summary>
    Error,
}

/// <summary>Named as in <c>lint</c>.</summary>
public enum LintMode
{
    /// <summary>Nothing is looked at.</summary>
    Off,

    /// <summary>All is said, and the run goes on.</summary>
    Warn,

    /// <summary>An error stops the run before its first step.</summary>
    Error,
}
