namespace Consensus.Transport;

/// <summary>Decides whether a greeting is welcome.</summary>
internal sealed class HandshakeJudge
{
    private readonly TcpTransportOptions _options;
    private readonly Func<NodeId, bool> _isPeer;

    public HandshakeJudge(TcpTransportOptions options, Func<NodeId, bool> isPeer)
    {
        _options = options;
        _isPeer = isPeer;
    }

    /// <summary>Whether a node is a peer at this moment.</summary>
    public bool IsPeer(NodeId node) => _isPeer(node);

    /// <summary>The answer to a greeting.</summary>
    public HandshakeAnswer Judge(HandshakeHello hello)
    {
        var versions = ProtocolVersions.Supported;
        if (!versions.TryNegotiate(hello.Versions, out var version))
        {
            return Refuse(HandshakeRefusal.VersionNotSupported);
        }

        if (hello.Cluster != _options.Cluster)
        {
            return Refuse(HandshakeRefusal.WrongCluster);
        }

        if (hello.Sender == _options.Node)
        {
            return Refuse(HandshakeRefusal.Self);
        }

        if (hello.Receiver != _options.Node)
        {
            return Refuse(HandshakeRefusal.NotTheIntendedNode);
        }

        return IsPeer(hello.Sender)
            ? new HandshakeAnswer(HandshakeRefusal.None, version, versions, _options.FrameLengthMax)
            : Refuse(HandshakeRefusal.UnknownPeer);
    }

    /// <summary>A refusal for a given reason.</summary>
    public HandshakeAnswer Refuse(HandshakeRefusal reason) => new(reason, Version: 0, ProtocolVersions.Supported, _options.FrameLengthMax);
}
