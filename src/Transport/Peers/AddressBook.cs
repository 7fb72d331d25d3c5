using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Consensus.Transport;

/// <summary>Where peers are as seen from one node, whatever the membership says. Immutable and safe to share between threads.</summary>
/// <remarks>An entry is all that is tried for its peer: neither the membership's address nor an <see cref="IPeerResolver"/> counts beside it.</remarks>
public sealed class AddressBook
{
    /// <summary>How many end points an entry has at most, and how many addresses are tried at one attempt to connect.</summary>
    public const int EndPointsMax = 16;

    private readonly Dictionary<NodeId, IReadOnlyList<EndPoint>> _entries = [];

    /// <summary>Makes a book.</summary>
    /// <param name="entries">The end points of each peer, to be tried in this order. Peers that the node does not have are allowed.</param>
    /// <exception cref="ArgumentException">A peer is there twice, or has not 1 to <see cref="EndPointsMax"/> end points, or one that cannot be connected to.</exception>
    public AddressBook(IEnumerable<KeyValuePair<NodeId, IReadOnlyList<EndPoint>>> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        foreach (var (peer, endPoints) in entries)
        {
            var copy = endPoints.ToArray();
            if (copy.Length is 0 or > EndPointsMax || Array.Exists(copy, endPoint => PeerAddress.FindDefect(endPoint) is not null) || !_entries.TryAdd(peer, copy))
            {
                throw new ArgumentException($"The entry of node {peer} is its second one, or has not 1 to {EndPointsMax} end points with ports.", nameof(entries));
            }
        }
    }

    /// <summary>A book without entries.</summary>
    public static AddressBook Empty { get; } = new([]);

    /// <summary>The end points of a peer, in the order in which they are tried.</summary>
    /// <returns>Whether it is in the book.</returns>
    public bool TryFind(NodeId peer, [NotNullWhen(true)] out IReadOnlyList<EndPoint>? endPoints) => _entries.TryGetValue(peer, out endPoints);
}
