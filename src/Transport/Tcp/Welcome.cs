using System.Net;
using Consensus.Engine;
using Microsoft.Extensions.Logging;

namespace Consensus.Transport;

/// <summary>What happens to an accepted connection: greeting, answer, and the frames that follow.</summary>
internal sealed partial class Welcome
{
    private readonly TcpServices _services;
    private readonly HandshakeJudge _judge;
    private readonly Func<NodeId, PeerRecord?> _recordOf;
    private readonly ITransportReceiver _receiver;
    private readonly PendingHandshakes _pending;
    private readonly InboundConnections _connections = new();
    private readonly LogThrottle _refusalLog;

    public Welcome(TcpServices services, HandshakeJudge judge, Func<NodeId, PeerRecord?> recordOf, ITransportReceiver receiver)
    {
        _services = services;
        _judge = judge;
        _recordOf = recordOf;
        _receiver = receiver;
        _pending = new PendingHandshakes(services.Options.PendingHandshakesMax);
        _refusalLog = new LogThrottle(services.TimeProvider);
    }

    /// <summary>Ends what a former peer still has open.</summary>
    public void Dismiss(NodeId peer) => _connections.Abort(peer);

    /// <summary>Serves a connection to its end. Never fails.</summary>
    public void Serve(InboundConnection connection)
    {
        var peer = NodeId.None;
        PeerRecord? record = null;
        try
        {
            if (TryShakeHands(connection) is { } sender)
            {
                peer = sender;
                record = _recordOf(sender);
                record?.OnAccepted(connection.Wire);
                _services.Statistics.ForPeer(peer).OnConnectionAccepted();
                connection.Receive(peer, _receiver);
            }
        }
        catch (OperationCanceledException) when (connection.IsAborted)
        {
            // The receiver was waiting for room when this side ended the connection.
        }
        catch (Exception exception)
        {
            Log.ReceiverFailed(_services.Logger, exception, peer);
        }
        finally
        {
            if (peer != NodeId.None)
            {
                // Before its successor may take its place.
                record?.OnIncomingEnded();
                _connections.Remove(peer, connection);
            }
        }
    }

    private NodeId? TryShakeHands(InboundConnection connection)
    {
        if (_pending.Add(connection) is { } evicted)
        {
            _services.Statistics.OnRefused(HandshakeRefusal.Crowded);
            evicted.Abort();
        }

        using var timeout = new CancellationTokenSource(_services.Options.HandshakeTimeout, _services.TimeProvider);
        using var end = timeout.Token.UnsafeRegister(static wire => ((InboundWire)wire!).Abort(), connection.Wire);
        try
        {
            if (TryGreet(connection, timeout.Token) is { } peer)
            {
                return peer;
            }
        }
        catch (Exception exception) when (ConnectionSocket.IsBroken(exception))
        {
            RefuseUnfinished(connection, timeout.Token);
        }
        finally
        {
            _pending.Remove(connection);
        }

        return null;
    }

    private NodeId? TryGreet(InboundConnection connection, CancellationToken timeout)
    {
        var wire = connection.Wire;
        PeerCheck? certified = null;
        if (_services.Tls is { } tls)
        {
            certified = tls.Accepted(wire);
            if (certified.Problem is { } problem)
            {
                Distrust(connection, certified.Node, problem);
                return null;
            }
        }

        Span<byte> bytes = stackalloc byte[HandshakeHello.Size];
        if (!wire.TryReceiveExactly(bytes))
        {
            RefuseUnfinished(connection, timeout);
            return null;
        }

        if (!HandshakeHello.TryParse(bytes, out var hello))
        {
            Refuse(connection, HandshakeRefusal.NotTheProtocol, NodeId.None);
            return null;
        }

        var answer = certified is null || certified.Node == hello.Sender ? _judge.Judge(hello) : _judge.Refuse(HandshakeRefusal.NotItsCertificate);
        if (answer.Refusal == HandshakeRefusal.None)
        {
            answer = TakeOver(connection, hello.Sender, answer, timeout);
        }

        if (answer.Refusal != HandshakeRefusal.None)
        {
            Refuse(connection, answer.Refusal, hello.Sender);
            wire.SendAll(answer.ToBytes());
            return null;
        }

        try
        {
            wire.SendAll(answer.ToBytes());
        }
        catch
        {
            _connections.Remove(hello.Sender, connection);
            throw;
        }

        return hello.Sender;
    }

    private HandshakeAnswer TakeOver(InboundConnection connection, NodeId sender, HandshakeAnswer acceptance, CancellationToken timeout)
    {
        if (!_connections.TryTakeOver(sender, connection, timeout))
        {
            return _judge.Refuse(HandshakeRefusal.Busy);
        }

        if (_judge.IsPeer(sender))
        {
            return acceptance;
        }

        // It was removed after the greeting was judged and before the connection could be found by Dismiss.
        _connections.Remove(sender, connection);
        return _judge.Refuse(HandshakeRefusal.UnknownPeer);
    }

    private void RefuseUnfinished(InboundConnection connection, CancellationToken timeout) =>
        Refuse(connection, timeout.IsCancellationRequested ? HandshakeRefusal.TimedOut : HandshakeRefusal.Incomplete, NodeId.None);

    private void Refuse(InboundConnection connection, HandshakeRefusal reason, NodeId sender)
    {
        if (connection.IsAborted)
        {
            return;
        }

        _services.Statistics.OnRefused(reason);
        if (_refusalLog.TryPass(KnownOrNone(sender)))
        {
            Log.Refused(_services.Logger, connection.Wire.Remote, sender, reason);
        }
    }

    private void Distrust(InboundConnection connection, NodeId claimed, string problem)
    {
        if (connection.IsAborted)
        {
            return;
        }

        _services.Statistics.OnRefused(HandshakeRefusal.NotTrusted);
        if (_refusalLog.TryPass(KnownOrNone(claimed)))
        {
            Log.NotTrusted(_services.Logger, connection.Wire.Remote, problem);
        }
    }

    /// <summary>Who a message is about, for the throttle: whoever is not known may say any number.</summary>
    private NodeId KnownOrNone(NodeId sender) => _judge.IsPeer(sender) ? sender : NodeId.None;

    private static partial class Log
    {
        [LoggerMessage(
            EventId = 20,
            EventName = "consensus.connection.refused",
            Level = LogLevel.Warning,
            Message = "Refused a connection from {Remote}, which says it is node {Sender}: {Reason}.")]
        public static partial void Refused(ILogger logger, EndPoint? remote, NodeId sender, HandshakeRefusal reason);

        [LoggerMessage(
            EventId = 21,
            EventName = "consensus.connection.receiver_failed",
            Level = LogLevel.Error,
            Message = "Taking a frame of node {Peer} failed; its connection is closed. This is a defect of the receiver.")]
        public static partial void ReceiverFailed(ILogger logger, Exception exception, NodeId peer);

        [LoggerMessage(
            EventId = 22,
            EventName = "consensus.connection.not_trusted",
            Level = LogLevel.Warning,
            Message = "Refused a connection from {Remote}, for {Problem}.")]
        public static partial void NotTrusted(ILogger logger, EndPoint? remote, string problem);
    }
}
