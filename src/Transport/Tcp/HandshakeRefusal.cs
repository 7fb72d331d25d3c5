namespace Consensus.Transport;

/// <summary>Why an incoming connection was turned away. The numbers of those that are answered are on the wire and never change.</summary>
public enum HandshakeRefusal
{
    /// <summary>It was accepted.</summary>
    None = 0,

    /// <summary>The caller belongs to another cluster.</summary>
    WrongCluster = 1,

    /// <summary>No version of the protocol is known to both.</summary>
    VersionNotSupported = 2,

    /// <summary>The caller wanted another node: an address is out of date, or wrong.</summary>
    NotTheIntendedNode = 3,

    /// <summary>The caller is not a member, as far as this node knows.</summary>
    UnknownPeer = 4,

    /// <summary>The caller says that it is this very node: two nodes with one number, or an address that leads back.</summary>
    Self = 5,

    /// <summary>The caller's previous connection is still being wound up.</summary>
    Busy = 6,

    /// <summary>What was received is not a greeting of this protocol. Closed without an answer, which nobody would understand.</summary>
    NotTheProtocol = 7,

    /// <summary>The greeting did not arrive in time.</summary>
    TimedOut = 8,

    /// <summary>The connection ended within the greeting.</summary>
    Incomplete = 9,

    /// <summary>Too many greetings were pending, and this was the oldest.</summary>
    Crowded = 10,

    /// <summary>There is no TLS 1.3 with the caller, or its certificate is not trusted. Closed without an answer.</summary>
    NotTrusted = 11,

    /// <summary>The caller's certificate is that of another node than it says it is.</summary>
    NotItsCertificate = 12,
}
