using Consensus.AspNetCore.Problems;
using Consensus.AspNetCore.Requests;

namespace Consensus.AspNetCore.Members;

/// <summary>The body of <c>POST /v1/members</c>.</summary>
internal sealed record MemberChangeDocument
{
    private const int AddressLengthMax = 300;

    /// <summary>The member's number.</summary>
    public required uint Id { get; init; }

    /// <summary>Where the transport reaches it, <c>host:port</c>. Not with <see cref="MemberChangeKind.Promote"/>.</summary>
    public string? Address { get; init; }

    /// <summary>What is done.</summary>
    public MemberChangeKind Kind { get; init; }

    /// <summary>The change that is asked for.</summary>
    public Parsed<MembershipChange> ToChange()
    {
        if (Id == 0)
        {
            return ProblemType.MalformedRequest.With("'id' is 0; a member's number is 1 or more.");
        }

        var address = Address ?? "";
        var needsAddress = Kind != MemberChangeKind.Promote;
        if (needsAddress != address.Length is > 0 and <= AddressLengthMax)
        {
            return ProblemType.MalformedRequest.With(needsAddress
                ? $"'address' must be host:port, 1 to {AddressLengthMax} characters."
                : "A promotion takes no 'address'; to change it, ask for 'move'.");
        }

        if (needsAddress && !IsHostAndPort(address))
        {
            return ProblemType.MalformedRequest.With($"'address' is '{address}'; it must be host:port, an IPv6 address in brackets.");
        }

        var node = new NodeId(Id);
        return Kind switch
        {
            MemberChangeKind.AddVoter => MembershipChange.None.AddVoter(node, address),
            MemberChangeKind.AddLearner => MembershipChange.None.AddLearner(node, address),
            MemberChangeKind.Promote => MembershipChange.None.Promote(node),
            MemberChangeKind.Move => MembershipChange.None.Move(node, address),
        };
    }

    /// <summary>A member under an address that nobody can reach would be added all the same, and never catch up.</summary>
    private static bool IsHostAndPort(string address) =>
        Uri.TryCreate($"tcp://{address}", UriKind.Absolute, out var uri)
        && uri is { Port: > 0, HostNameType: UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6, UserInfo: "", Query: "", Fragment: "" }
        && address.EndsWith($":{uri.Port}", StringComparison.Ordinal);
}
