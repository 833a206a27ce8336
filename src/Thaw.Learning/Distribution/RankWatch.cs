using System.Net;
using System.Net.Sockets;

namespace Thaw.Learning.Distribution;

/// <summary>Notices when a rank is gone, whatever this process is busy with.</summary>
/// <remarks>
/// Every rank holds one connection to rank 0 and sends a sign of life each second. The kernel closes the connection of a process that
/// is killed, so that rank 0 knows at once and tells the others which it was; a machine that is cut off, or a process that is
/// stopped, is noticed by its silence. The collectives themselves would find out only at their next message, and not who it was.
/// </remarks>
internal sealed class RankWatch : IDisposable
{
    /// <summary>Seconds without a sign of life after which a rank counts as lost.</summary>
    public const int Patience = 15;

    private readonly Lock _gate = new();
    private readonly (int Rank, Socket Socket)[] _peers;
    private readonly Action<RankLoss> _onLoss;
    private readonly ManualResetEventSlim _found = new();
    private volatile bool _isEnding;
    private int _losses;
    private RankLoss? _loss;

    /// <param name="peers">All others for rank 0; rank 0 for the others.</param>
    /// <param name="onLoss">Called once, on a thread of the watch.</param>
    private RankWatch(IEnumerable<(int Rank, Socket Socket)> peers, Action<RankLoss> onLoss)
    {
        (_peers, _onLoss) = ([.. peers], onLoss);
        foreach (var (rank, socket) in _peers)
        {
            socket.NoDelay = true;
            socket.ReceiveTimeout = 1000;
            Start(() => Listen(rank, socket));
        }

        Start(SendSignsOfLife);
    }

    /// <summary>Rank 0's watch: waits for all others.</summary>
    public static RankWatch Serve(Socket listener, int count, TimeSpan timeout, Action<RankLoss> onLoss)
    {
        var peers = new List<(int, Socket)>();
        while (peers.Count < count - 1)
        {
            if (!listener.Poll(timeout, SelectMode.SelectRead))
            {
                throw new IOException($"Only {peers.Count} of {count - 1} ranks reached rank 0's watch within {timeout.TotalSeconds:0} s.");
            }

            var socket = listener.Accept();
            var hello = new byte[4];
            socket.ReceiveTimeout = (int)timeout.TotalMilliseconds;
            for (var got = 0; got < hello.Length;)
            {
                var more = socket.Receive(hello.AsSpan(got));
                got += more > 0 ? more : throw new IOException("A connection to rank 0's watch ended before its rank was told.");
            }

            peers.Add((BitConverter.ToInt32(hello), socket));
        }

        return new RankWatch(peers, onLoss);
    }

    /// <summary>The watch of another rank than 0.</summary>
    public static RankWatch Connect(string host, int port, int rank, Action<RankLoss> onLoss)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(host, port);
        socket.Send(BitConverter.GetBytes(rank));
        return new RankWatch([(0, socket)], onLoss);
    }

    /// <summary>A socket that listens at a free port, on the loopback alone where the ranks meet there.</summary>
    public static Socket Listener(string host)
    {
        var isLocal = host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(isLocal ? IPAddress.Loopback : IPAddress.Any, 0));
        listener.Listen();
        return listener;
    }

    /// <summary>The first rank that was lost, or null.</summary>
    public RankLoss? LossOrNull => Volatile.Read(ref _loss);

    /// <summary>As <see cref="LossOrNull"/>, after waiting for one: a broken collective is noticed before the reason for it.</summary>
    public RankLoss? WaitForLoss(TimeSpan patience)
    {
        _found.Wait(patience);
        return LossOrNull;
    }

    /// <summary>Tells the others that this rank is done, or that it stops with an error; what they do from now on is no loss.</summary>
    public void End(bool isFailure)
    {
        if (!_isEnding)
        {
            _isEnding = true;
            Tell(isFailure ? Word.Failed : Word.Done);
        }
    }

    public void Dispose()
    {
        End(isFailure: true);
        foreach (var (_, socket) in _peers)
        {
            socket.Dispose();
        }
    }

    private static void Start(Action work) => new Thread(() => work()) { IsBackground = true, Name = "rank watch" }.Start();

    private void SendSignsOfLife()
    {
        while (!_isEnding)
        {
            Tell(Word.Alive);
            Thread.Sleep(1000);
        }
    }

    private void Tell(Word word, int rank = 0)
    {
        Span<byte> message = [(byte)word, 0, 0, 0, 0];
        BitConverter.TryWriteBytes(message[1..], rank);
        lock (_gate)
        {
            foreach (var (_, socket) in _peers)
            {
                try
                {
                    socket.Send(message);
                }
                catch (Exception error) when (error is SocketException or ObjectDisposedException)
                {
                    // The thread that listens to this one says so.
                }
            }
        }
    }

    private void Listen(int peer, Socket socket)
    {
        var (message, got, silent) = (new byte[5], 0, 0);
        while (true)
        {
            try
            {
                var more = socket.Receive(message.AsSpan(got));
                if (more == 0)
                {
                    Report(new RankLoss(peer, LossKind.Gone));
                    return;
                }

                (got, silent) = (got + more, 0);
            }
            catch (SocketException error) when (error.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock or SocketError.Interrupted)
            {
                // Counted, not measured: after this process itself was stopped for a while nobody else is late.
                if (++silent >= Patience)
                {
                    Report(new RankLoss(peer, LossKind.Silent));
                    return;
                }
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                Report(new RankLoss(peer, LossKind.Gone));
                return;
            }

            if (got == message.Length)
            {
                got = 0;
                switch ((Word)message[0])
                {
                    case Word.Done:
                        return;
                    case Word.Failed:
                        Report(new RankLoss(peer, LossKind.Failed));
                        return;
                    case Word.Lost:
                        Report(new RankLoss(BitConverter.ToInt32(message, 1) >> 2, (LossKind)(message[1] & 3)));
                        return;
                    default:
                        break;
                }
            }
        }
    }

    private void Report(RankLoss loss)
    {
        if (_isEnding || Interlocked.Increment(ref _losses) > 1)
        {
            return;
        }

        // Told before this rank knows it itself and may end. Only rank 0 has anybody to tell; to it the word means nothing new.
        Tell(Word.Lost, (loss.Rank << 2) | (int)loss.Kind);
        Volatile.Write(ref _loss, loss);
        _found.Set();
        _onLoss(loss);
    }

    private enum Word : byte
    {
        Alive = 1,
        Done,
        Failed,
        Lost,
    }
}
