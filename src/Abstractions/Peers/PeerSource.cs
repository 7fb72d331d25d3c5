namespace Consensus;

/// <summary>Who says where a peer is.</summary>
public enum PeerSource
{
    /// <summary>Nobody was asked yet.</summary>
    Unknown,

    /// <summary>The membership.</summary>
    Membership,

    /// <summary>The application's resolver.</summary>
    Resolver,

    /// <summary>The address book in the node's settings.</summary>
    AddressBook,
}
