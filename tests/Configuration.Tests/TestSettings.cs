using System.ComponentModel.DataAnnotations;

namespace Consensus.Configuration.Tests;

/// <summary>Settings of each kind that there is.</summary>
internal sealed class TestSettings
{
    [Required]
    public string Text { get; set; } = "";

    public bool Flag { get; set; }

    [System.ComponentModel.DataAnnotations.Range(1, 10)]
    public int Number { get; set; } = 1;

    public long Large { get; set; }

    public double Fraction { get; set; }

    [DurationRange("1ms", "1m")]
    public TimeSpan Pause { get; set; } = TimeSpan.FromSeconds(1);

    public NodeId Node { get; set; }

    public ClusterId Cluster { get; set; }

    public DayOfWeek Day { get; set; }

    [AllowedValues(DayOfWeek.Saturday, DayOfWeek.Sunday)]
    public DayOfWeek RestDay { get; set; }

    /// <summary>No configuration can say this.</summary>
    public Action? Called { get; set; }

    /// <summary>Bound by whoever has the settings.</summary>
    public IList<string> Items { get; } = [];
}
