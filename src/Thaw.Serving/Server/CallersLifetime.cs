using Microsoft.Extensions.Hosting;

namespace Thaw.Serving.Server;

/// <summary>Leaves signals to the caller: the console's own lifetime would swallow the second one, which is to end the process.</summary>
internal sealed class CallersLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
