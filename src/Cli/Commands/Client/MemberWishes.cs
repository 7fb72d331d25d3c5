using System.Globalization;
using Consensus.Cryptography;
using Consensus.Hosting;
using Consensus.Hosting.Validation;
using Consensus.Hybrid;

namespace Consensus.Cli.Commands.Client;

/// <summary>Which nodes an operator wants to come to a hybrid, and to leave it.</summary>
/// <param name="Come">Those that come.</param>
/// <param name="Go">Those that leave.</param>
internal sealed record MemberWishes(IReadOnlyList<EpochMember> Come, IReadOnlyList<NodeId> Go)
{
    private const string Allowed = "ID=ADDRESS=KEY: the node's number, where the others reach it, host:port, and its public key, 64 hexadecimal digits; join and keys show print it";

    /// <summary>Reads what was given on the command line.</summary>
    /// <param name="add">The values of <c>--add</c>.</param>
    /// <param name="remove">The values of <c>--remove</c>.</param>
    /// <returns>The wishes; <see langword="null"/> if there are none.</returns>
    /// <exception cref="UsageException">A value is none, or a node is named twice.</exception>
    public static MemberWishes? Parse(IReadOnlyList<string> add, IReadOnlyList<uint> remove)
    {
        EpochMember[] come = [.. add.Select(Read)];
        if (come.GroupBy(member => member.Id).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new UsageException($"--add names node {twice.Key} {twice.Count()} times; allowed: each node once.");
        }

        return come.Length + remove.Count == 0 ? null : new MemberWishes(come, [.. remove.Select(id => new NodeId(id)).Distinct()]);
    }

    /// <summary>All members of the next epoch.</summary>
    /// <param name="running">The group as it is.</param>
    /// <param name="signer">The operator's key.</param>
    /// <exception cref="UsageException">The group could not go on with them.</exception>
    /// <exception cref="CommandFailedException">The node that was asked does not know where all members are.</exception>
    public NextMembers ApplyTo(RunningEpoch running, PublicKey signer)
    {
        EpochMember[] present = [.. running.Members];
        var numbers = string.Join(", ", present.Select(member => member.Id));
        if (Go.Where(id => present.All(member => member.Id != id)).ToArray() is [var stranger, ..])
        {
            throw new UsageException($"--remove is {stranger}; allowed: the number of a member, which are {numbers}.");
        }

        if (Come.FirstOrDefault(member => present.Any(other => other.Id == member.Id)) is { Address: not null } known)
        {
            throw new UsageException($"--add names node {known.Id}, which is a member; allowed: a number that no node of the group ever had. Members are {numbers}.");
        }

        var next = NextMembers.Of(present.Where(member => !Go.Contains(member.Id)).Concat(Come));
        return next.DefectAfter(running.Epoch.Number, running.Epoch.Members, [signer]) is { } defect
            ? throw new UsageException($"Nothing was sent. {defect}")
            : next;
    }

    /// <summary>No key is shown that is none: what stands there may be a secret, put in the wrong place.</summary>
    private static EpochMember Read(string text)
    {
        string[] parts = text.Split('=');
        return parts.Length != 3 ? throw new UsageException($"--add has {parts.Length} parts; allowed: {Allowed}.")
            : !uint.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id == 0 ? throw new UsageException($"--add is for node '{parts[0]}'; allowed: {Allowed}.")
            : !HostPort.TryParse(parts[1], out _) ? throw new UsageException($"--add has the address '{parts[1]}' for node {id}; allowed: {HostPort.Allowed}.")
            : !MemberKeys.TryParse(parts[2], out var key) ? throw new UsageException($"--add has a text of {parts[2].Length} characters for node {id} that is no public key; allowed: 64 hexadecimal digits, as join and keys show print them.")
            : new EpochMember(new NodeId(id), key, parts[1]);
    }
}
