using Consensus.Transport;

namespace Consensus.Swarm.Connections;

/// <summary>What waits for one peer's connection, and the connection, if there is one. Safe to use from any number of threads.</summary>
/// <param name="peer">Who it is.</param>
/// <param name="port">Dials.</param>
internal sealed class StreamLink(NodeId peer, StreamPort port)
{
    private readonly Lock _lock = new();
    private readonly Queue<byte[]> _waiting = new();
    private long _waitingBytes;
    private bool _isWorking;
    private StreamConnection? _connection;

    /// <summary>Sends a message when it can be, in order.</summary>
    /// <returns>Whether there was room for it.</returns>
    public bool TrySend(byte[] message)
    {
        lock (_lock)
        {
            if (_waitingBytes + message.Length > port.Options.QueuedBytesMax)
            {
                return false;
            }

            _waiting.Enqueue(message);
            _waitingBytes += message.Length;
            if (_isWorking)
            {
                return true;
            }

            _isWorking = true;
        }

        return port.Work.TryBegin(SendAsync);
    }

    /// <summary>There is a connection to the peer, which is used from now on.</summary>
    public void Adopt(StreamConnection connection)
    {
        lock (_lock)
        {
            _connection = connection;
        }
    }

    /// <summary>A connection has ended.</summary>
    public void Forget(StreamConnection connection)
    {
        lock (_lock)
        {
            if (_connection == connection)
            {
                _connection = null;
            }
        }
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        while (Take() is { } message)
        {
            if (await ConnectionAsync(cancellationToken).ConfigureAwait(false) is not { } connection)
            {
                port.Counts.Add(SwarmCount.FramesUnsent, 1 + DropAll());
                continue;
            }

            try
            {
                var bytes = await connection.WriteAsync(message, cancellationToken).ConfigureAwait(false);
                port.Counts.Add(SwarmCount.FramesSent);
                port.Counts.Add(SwarmCount.FrameBytesSent, bytes);
            }
            catch (Exception exception) when (ConnectionSocket.IsBroken(exception))
            {
                // What was being written may have come or not; those that wait get another connection.
                port.Counts.Add(SwarmCount.FramesUnsent);
                Forget(connection);
                connection.Dispose();
            }
        }
    }

    private async ValueTask<StreamConnection?> ConnectionAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_connection is { IsClosed: false } connection)
            {
                return connection;
            }
        }

        return await port.DialAsync(peer, cancellationToken).ConfigureAwait(false);
    }

    private byte[]? Take()
    {
        lock (_lock)
        {
            if (_waiting.TryDequeue(out var message))
            {
                _waitingBytes -= message.Length;
                return message;
            }

            _isWorking = false;
            return null;
        }
    }

    private int DropAll()
    {
        lock (_lock)
        {
            var dropped = _waiting.Count;
            _waiting.Clear();
            _waitingBytes = 0;
            return dropped;
        }
    }
}
