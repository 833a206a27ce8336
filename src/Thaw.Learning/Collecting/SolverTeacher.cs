using Thaw.Core.Generation;

namespace Thaw.Learning.Collecting;

/// <summary>The task's solver: its one answer came with the prompt.</summary>
internal sealed class SolverTeacher : ITeacher
{
    private readonly List<SampleRequest> _asked = [];

    public string Id => "solver";

    public int Capacity => 256;

    public void Ask(SampleRequest request) => _asked.Add(request);

    public IReadOnlyList<(SampleRequest Request, TeacherAnswer Answer)> Step(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var answers = _asked.ConvertAll(request => (request, new TeacherAnswer(request.Prompt.Row.Completion, FinishReason.Stop, 0, null)));
        _asked.Clear();
        return answers;
    }

    public void Dispose()
    {
    }
}
