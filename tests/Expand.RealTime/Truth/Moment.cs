namespace Expand.RealTime.Truth;

/// <summary>An instant as far as the SIP or API side knows it: it lies between two, UTC, both included.</summary>
internal readonly record struct Moment(DateTimeOffset Earliest, DateTimeOffset Latest)
{
    /// <summary>How long Asterisk may take, on a busy machine, to see what a phone has sent, or a phone what Asterisk has.</summary>
    public static readonly TimeSpan Reaction = TimeSpan.FromMilliseconds(120);

    /// <summary>The clock of whole seconds (<c>time</c>) is behind the fine one by up to a tick of the kernel.</summary>
    private static readonly TimeSpan ClockStep = TimeSpan.FromMilliseconds(10);

    /// <summary>What follows from a message that a phone sent then.</summary>
    public static Moment After(DateTimeOffset sent) => new(sent, sent + Reaction);

    /// <summary>What a message announced that a phone received then.</summary>
    public static Moment Before(DateTimeOffset received) => new(received - Reaction, received);

    /// <summary>Asterisk stamps whole seconds, cut off: the least that it can have written.</summary>
    public long Least => (Earliest - ClockStep).ToUnixTimeSeconds();

    /// <summary>The most that it can have written.</summary>
    public long Most => Latest.ToUnixTimeSeconds();

    /// <summary>Whether a stamp says this, one second more or less.</summary>
    public bool Fits(DateTimeOffset stamp) => stamp.ToUnixTimeSeconds() >= Least - 1 && stamp.ToUnixTimeSeconds() <= Most + 1;

    public override string ToString() =>
        $"{Earliest:HH:mm:ss.fff}" + (Latest - Earliest > Reaction ? $"–{Latest:HH:mm:ss.fff}" : "");
}

/// <summary>A number of whole seconds, or a sum of such numbers, or a count, of which is known that it lies between two, both included.</summary>
internal readonly record struct Extent(long Least, long Most)
{
    public static readonly Extent Zero = new(0, 0);

    /// <summary>The difference of two stamps.</summary>
    public static Extent Between(Moment from, Moment to) => new(Math.Max(0, to.Least - from.Most), Math.Max(0, to.Most - from.Least));

    /// <summary>The difference of two stamps, or the time that passed as a clock with fractions says, rounded in whatever way (CDRs).</summary>
    public static Extent Passed(Moment from, Moment to)
    {
        var stamps = Between(from, to);
        return new(
            Math.Min(stamps.Least, (long)Math.Max(0, Math.Floor((to.Earliest - from.Latest).TotalSeconds))),
            Math.Max(stamps.Most, (long)Math.Ceiling((to.Latest - from.Earliest).TotalSeconds)));
    }

    /// <summary>The same within a period that holds both of its ends.</summary>
    public static Extent Between(Moment from, Moment to, Period period) => Between(period.Cut(from), period.Cut(to));

    public static Extent operator +(Extent a, Extent b) => new(a.Least + b.Least, a.Most + b.Most);

    public static Extent operator -(Extent a, Extent b) => new(a.Least - b.Most, a.Most - b.Least);

    public bool Fits(long reported, long tolerance = 1) => reported >= Least - tolerance && reported <= Most + tolerance;

    public static Extent Sum(IEnumerable<Extent> parts) => parts.Aggregate(Zero, (sum, part) => sum + part);

    public override string ToString() => Least == Most ? $"{Least}" : $"{Least}..{Most}";
}

/// <summary>The period of a report: whole seconds, both of its ends included.</summary>
internal readonly record struct Period(DateTimeOffset From, DateTimeOffset To)
{
    public Moment Cut(Moment moment) => new(Cut(moment.Earliest), Cut(moment.Latest));

    /// <summary>Whether what happened then is in it: 0..0 no, 1..1 yes, 0..1 not known.</summary>
    public Extent Count(Moment at)
    {
        var (from, to) = (From.ToUnixTimeSeconds(), To.ToUnixTimeSeconds());
        // A second of grace at the ends: a count is compared exactly where it is certain.
        if (at.Most + 1 < from || at.Least - 1 > to) return Extent.Zero;
        return at.Least - 1 >= from && at.Most + 1 <= to ? new(1, 1) : new(0, 1);
    }

    /// <summary>The last second belongs to it: a whole day, 00:00:00 to 23:59:59, has 86,400.</summary>
    private DateTimeOffset Cut(DateTimeOffset at) => at < From ? From : at > To.AddSeconds(1) ? To.AddSeconds(1) : at;
}
