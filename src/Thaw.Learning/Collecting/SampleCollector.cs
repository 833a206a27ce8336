using System.Globalization;
using Thaw.Core.Progress;

namespace Thaw.Learning.Collecting;

/// <summary>Asks a teacher the prompts of a source, as many at once as it takes, and logs their samples in the order of the prompts.</summary>
internal sealed class SampleCollector(CollectOptions options, PromptSource source, ITeacher teacher, SampleLog log)
{
    private readonly Queue<PromptSearch> _open = new();
    private readonly Dictionary<int, PromptSearch> _searching = [];
    private int _underWay;

    /// <summary>Goes on behind the last prompt that the log has, and completes it.</summary>
    public void Run(string phase, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        var (total, kept) = (source.Count, 0);
        using var prompts = source.Read(cancellation).Skip(log.Prompts).GetEnumerator();
        while (Begin(prompts))
        {
            foreach (var (request, answer) in teacher.Step(cancellation))
            {
                Take(request, answer);
            }

            while (_open.TryPeek(out var first) && first.IsOver)
            {
                Sample[] samples = [.. _open.Dequeue().Samples(teacher.Id)];
                log.Append(samples);
                kept += samples.Any(sample => sample.Kept) ? 1 : 0;
                progress?.Report(new WorkProgress(phase, log.Prompts, total, string.Create(CultureInfo.InvariantCulture, $"{kept} prompts with a kept sample")));
            }
        }

        log.Complete();
    }

    /// <summary>Begins as many prompts as there is room for.</summary>
    /// <returns>False when all is done.</returns>
    private bool Begin(IEnumerator<CollectPrompt> prompts)
    {
        // Prompts that are done wait for those before them, but not without bound.
        while (_underWay < teacher.Capacity && _open.Count < 4 * teacher.Capacity && prompts.MoveNext())
        {
            var search = new PromptSearch(prompts.Current, options, source.Scorer);
            _open.Enqueue(search);
            _searching.Add(prompts.Current.Id, search);
            Ask(search);
        }

        return _open.Count > 0;
    }

    private void Take(SampleRequest request, TeacherAnswer answer)
    {
        _underWay--;
        var search = _searching[request.Prompt.Id];
        search.Take(request.Attempt, answer);
        if (search.IsOver)
        {
            _searching.Remove(request.Prompt.Id);
        }
        else if (search.IsRoundOver)
        {
            Ask(search);
        }
    }

    private void Ask(PromptSearch search)
    {
        foreach (var request in search.NextRound())
        {
            teacher.Ask(request);
            _underWay++;
        }
    }
}
