using System.CommandLine;
using Consensus.Cryptography;
using Consensus.Hybrid;

namespace Consensus.Cli.Evidence;

/// <summary><c>--epochs</c>: what began the later epochs of a hybrid, checked from the first one on.</summary>
internal static class EpochsOption
{
    /// <summary>Creates the option.</summary>
    /// <param name="description">What it is for.</param>
    public static Option<string?> Create(string description) => new("--epochs") { Description = description, HelpName = "FILE" };

    /// <summary>Reads the file, if there is one.</summary>
    /// <param name="path">The file, as <c>consensus epochs</c> writes it; none, if the first epoch is enough.</param>
    /// <param name="trusted">What the configuration says.</param>
    /// <returns>The epochs; nothing, if the group is no hybrid.</returns>
    /// <exception cref="UsageException">The file cannot be read, does not follow from the configuration, or the group is no hybrid.</exception>
    public static EpochHistory? Read(string? path, ConfiguredMembers trusted)
    {
        if (path is null)
        {
            return trusted.First is null ? null : EpochHistory.Of(trusted.First);
        }

        if (trusted.First is null)
        {
            throw new UsageException("--epochs is of use with the configuration of a hybrid only: another group has one epoch.");
        }

        var text = BoundedFile.Read(Path.GetFullPath(path), EpochHistoryDocument.LengthMax);
        return EpochHistoryDocument.TryParse(text, trusted.First, Ed25519.Load(), out var epochs, out var defect) ? epochs : throw new UsageException($"{path} is not what began the epochs of this group. {defect}");
    }
}
