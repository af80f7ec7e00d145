<xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'>
  <xsl:template match='node()|@*'>
    <xsl:copy>
      <xsl:apply-templates select='node()|@*'/>
    </xsl:copy>
  </xsl:template>
  <xsl:template match="/domain/devices[not(channel/target/@name='org.qemu.guest_agent.0')]">
    <xsl:copy>
      <xsl:apply-templates select='node()|@*'/>
      <xsl:if test='graphics'>
        <channel type='spicevmc'>
          <target type='virtio' name='com.redhat.spice.0'/>
        </channel>
      </xsl:if>
      <channel type='pty'>
        <target type='virtio' name='org.qemu.guest_agent.0'/>
      </channel>
    </xsl:copy>
  </xsl:template>
</xsl:stylesheet>
