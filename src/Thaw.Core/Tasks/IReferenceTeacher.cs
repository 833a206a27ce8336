using Thaw.Core.Demonstrations;

namespace Thaw.Core.Tasks;

/// <summary>A reference source that also makes demonstrations of the paper's training instances.</summary>
public interface IReferenceTeacher : IReferenceSource
{
    /// <summary>The rows of the paper's training set, as many as there are.</summary>
    int TrainingRows { get; }

    /// <summary>The paper's training set under a plan of ours, in the order of its seeds.</summary>
    IEnumerable<Demonstration> DemonstrateTraining(DemonstrationPlan plan);
}
