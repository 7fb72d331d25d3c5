namespace Consensus.Gossip;

/// <summary>How new something is that is said about a member: versions grow with every start of the member and with everything that it denies.</summary>
/// <param name="Instance">Which start of the member: its host gives a number above all earlier ones (kept on disk, or the time of day). Who comes back after it was removed is another instance.</param>
/// <param name="Incarnation">How often this instance has denied that it is dead.</param>
public readonly record struct MemberVersion(ulong Instance, uint Incarnation) : IComparable<MemberVersion>
{
    /// <summary>The highest instance.</summary>
    public const ulong InstanceMax = long.MaxValue;

    /// <summary>Whether <paramref name="left"/> is older.</summary>
    public static bool operator <(MemberVersion left, MemberVersion right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> is newer.</summary>
    public static bool operator >(MemberVersion left, MemberVersion right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> is not newer.</summary>
    public static bool operator <=(MemberVersion left, MemberVersion right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> is not older.</summary>
    public static bool operator >=(MemberVersion left, MemberVersion right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public int CompareTo(MemberVersion other) => Instance != other.Instance ? Instance.CompareTo(other.Instance) : Incarnation.CompareTo(other.Incarnation);

    /// <summary>The version with which a member denies what was said of it at <paramref name="accused"/>: above that and above its own. If others know of a later start than this one, it becomes another instance.</summary>
    internal MemberVersion Above(MemberVersion accused)
    {
        var highest = accused > this ? accused : this;
        return highest.Incarnation == uint.MaxValue || (accused.Instance > Instance && accused.Instance < InstanceMax)
            ? new MemberVersion(highest.Instance + 1, 0)
            : highest with { Incarnation = highest.Incarnation + 1 };
    }

    /// <summary>Both numbers.</summary>
    public override string ToString() => $"{Instance}.{Incarnation}";
}
