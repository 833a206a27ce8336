namespace Thaw.Core.Tasks;

/// <summary>A public generator of the paper, reproduced draw by draw: the same integer seed gives the same instance, bit by bit.</summary>
/// <remarks>Nothing keeps the instances of neighbouring seeds apart, nor those of training and test: the paper's own overlap comes with them.</remarks>
public interface IReferenceSource
{
    /// <summary>The name of the task whose instances these are.</summary>
    string Task { get; }

    /// <summary>The splits that it knows, as on the command line.</summary>
    IReadOnlyList<string> Splits { get; }

    /// <summary>Whole numbers that describe instances in place of a split, all of them or none: <c>rows</c> is <c>--rows</c>.</summary>
    IReadOnlyList<string> Parameters { get; }

    /// <summary>The seeds from which the paper made its training set.</summary>
    ReferenceSeries PaperTraining { get; }

    /// <exception cref="ArgumentException">The split is not known; the message gives the nearest one.</exception>
    Func<uint, InstanceRow> Open(string split);

    /// <param name="values">One for each of <see cref="Parameters"/>, in their order.</param>
    /// <exception cref="ArgumentException">A value is outside its range.</exception>
    Func<uint, InstanceRow> Open(IReadOnlyList<int> values);
}
