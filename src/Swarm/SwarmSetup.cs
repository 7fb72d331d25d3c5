using System.Net;
using Consensus.Cryptography;
using Consensus.Gossip;

namespace Consensus.Swarm;

/// <summary>What a node of a swarm is told when it starts.</summary>
public sealed record SwarmSetup
{
    /// <summary>Which swarm it belongs to.</summary>
    public required ClusterId Swarm { get; init; }

    /// <summary>Its number, from 1, which no other member has.</summary>
    public required NodeId Id { get; init; }

    /// <summary>Where it listens, for datagrams and for connections. Port 0: any that is free for both.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>Where others reach it, <c>host:port</c>. Where it listens, unless something else is said; to be said if it listens at all addresses of its machine.</summary>
    public string? Address { get; init; }

    /// <summary>Where other members may be, <c>host:port</c>; its own address may be among them. Without any it waits for others.</summary>
    public IReadOnlyList<string> Seeds { get; init; } = [];

    /// <summary>Asked once, at the start, where more members may be.</summary>
    public Func<CancellationToken, ValueTask<IReadOnlyList<string>>>? Discover { get; init; }

    /// <summary>What keeps strangers out. Without one, <see cref="SwarmKey.Open"/>, which keeps out mistakes only.</summary>
    public SwarmKey? Key { get; init; }

    /// <summary>Signs what this node writes into the shared state.</summary>
    public required ISigner Signer { get; init; }

    /// <summary>Checks what others have signed.</summary>
    public required ISignatureVerifier Verifier { get; init; }

    /// <summary>With which key a member signs; <see langword="null"/> for a stranger, whose values are refused. Called under the node's lock: it must not wait.</summary>
    public required Func<NodeId, PublicKey?> KeyOf { get; init; }

    /// <summary>What this node has voted; without it, it does not vote. It is the caller's to dispose of, after the node.</summary>
    public VoteJournal? Votes { get; init; }

    /// <summary>How it works.</summary>
    public SwarmNodeOptions Options { get; init; } = new();

    /// <summary>How it uses the network.</summary>
    public SwarmNetworkOptions Network { get; init; } = new();

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Checks everything.</summary>
    /// <returns>One sentence for each problem; empty if there is none.</returns>
    public IReadOnlyList<string> Validate() =>
    [
        .. Swarm == ClusterId.None ? [$"{nameof(Swarm)} is {Swarm}; allowed: any other identity."] : Array.Empty<string>(),
        .. Id == NodeId.None ? [$"{nameof(Id)} is 0; allowed: 1 to {uint.MaxValue}."] : Array.Empty<string>(),
        .. Address is null && (Listen.Address.Equals(IPAddress.Any) || Listen.Address.Equals(IPAddress.IPv6Any)) ? [$"{nameof(Address)} is missing; it is needed where {nameof(Listen)} is all addresses of a machine ({Listen.Address})."] : Array.Empty<string>(),
        .. (Address is null ? [] : new[] { Address }).Concat(Seeds).Where(address => !Transport.PeerAddress.TryParse(address, out _)).Select(address => $"'{address}' is no address; allowed: host:port."),
        .. Options.Validate().Select(static problem => $"{nameof(Options)}.{problem}"),
        .. Network.Validate().Select(static problem => $"{nameof(Network)}.{problem}"),
    ];
}
