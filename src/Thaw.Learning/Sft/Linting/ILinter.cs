using Thaw.Learning.Sft.Rows;

namespace Thaw.Learning.Sft.Linting;

/// <summary>Looks for one kind of fault in the rows of a run, which it is shown once each and must not keep.</summary>
internal interface ILinter
{
    void See(RowTokens row);

    /// <summary>What was found, when all rows have been seen; nothing where all is well.</summary>
    IEnumerable<LintFinding> Conclude();
}
