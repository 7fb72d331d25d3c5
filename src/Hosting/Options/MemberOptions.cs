using System.ComponentModel.DataAnnotations;

namespace Consensus.Hosting;

/// <summary>One configured member of a group.</summary>
public sealed class MemberOptions
{
    /// <summary>Its number, given once and never given to another node.</summary>
    /// <value>Must be given; 1 to 4,294,967,295.</value>
    [Required]
    public NodeId Id { get; set; }

    /// <summary>Where the other nodes reach it.</summary>
    /// <value>Must be given; <c>host:port</c>, an IPv6 address in brackets.</value>
    [Required]
    public string Address { get; set; } = "";

    /// <summary>Its part in decisions.</summary>
    /// <value><see cref="ConfiguredRole.Voter"/>.</value>
    public ConfiguredRole Role { get; set; } = ConfiguredRole.Voter;

    /// <summary>What its signatures are checked with: the public half of the key in its <see cref="ConsensusOptions.SigningKeyFile"/>.</summary>
    /// <value>Empty: none; else 64 hexadecimal digits. Must be given, for all members, if the algorithm tolerates Byzantine faults, and with <c>hybrid</c>; for the others it is given for all or none.</value>
    public string PublicKey { get; set; } = "";

    /// <summary>Where these settings stand in the configuration, if they come from one.</summary>
    internal string? Path { get; set; }

    internal Member ToMember() => new(Id, Address, Role == ConfiguredRole.Learner ? MemberRole.Learner : MemberRole.Voter);
}
