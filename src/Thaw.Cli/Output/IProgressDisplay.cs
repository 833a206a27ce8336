using Thaw.Core.Progress;

namespace Thaw.Cli.Output;

/// <summary>Shows progress to a person. May be reported to from any thread and as often as one likes.</summary>
internal interface IProgressDisplay : IProgress<WorkProgress>, IRemarks, IDisposable;
