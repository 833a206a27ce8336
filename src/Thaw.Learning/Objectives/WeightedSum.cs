using Thaw.Torch;

namespace Thaw.Learning.Objectives;

/// <summary>One objective plus coefficients times others: regularised fine-tuning, and ASFT.</summary>
public sealed class WeightedSum : IObjective
{
    private readonly IObjective _main;
    private readonly IReadOnlyList<(double Coefficient, IObjective Term)> _terms;

    /// <exception cref="ArgumentException">Two parts compare with different models.</exception>
    public WeightedSum(IObjective main, params IReadOnlyList<(double Coefficient, IObjective Term)> terms)
    {
        (_main, _terms) = (main, terms);
        var references = terms.Select(t => t.Term.Reference).Append(main.Reference).Where(r => r != ReferenceKind.None).Distinct().ToList();
        Reference = references.Count switch
        {
            0 => ReferenceKind.None,
            1 => references[0],
            _ => throw new ArgumentException("One loss cannot compare with the base and with the weights of some steps ago."),
        };
    }

    public ReferenceKind Reference { get; }

    public Tensor TokenLosses(ScoredTokens tokens)
    {
        using var scope = new TensorScope();
        var sum = _main.TokenLosses(tokens);
        foreach (var (coefficient, term) in _terms)
        {
            sum += term.TokenLosses(tokens) * coefficient;
        }

        return scope.Keep(sum);
    }
}
