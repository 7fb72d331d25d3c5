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

        var node = new NodeId(Id);
        return Kind switch
        {
            MemberChangeKind.AddVoter => MembershipChange.None.AddVoter(node, address),
            MemberChangeKind.AddLearner => MembershipChange.None.AddLearner(node, address),
            MemberChangeKind.Promote => MembershipChange.None.Promote(node),
            MemberChangeKind.Move => MembershipChange.None.Move(node, address),
        };
    }
}
