<xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'>
  <xsl:template match='/guest'>
    <domain type='kvm'>
      <name><xsl:value-of select='@name'/></name>
      <devices>
        <xsl:for-each select='port'>
          <channel type='unix'>
            <target type='virtio' name='{@name}'/>
          </channel>
        </xsl:for-each>
        <channel type='tcp'>
          <source mode='bind' host='127.0.0.1' service='{@port}'/>
          <target type='virtio' name='org.qemu.guest_agent.0'/>
        </channel>
      </devices>
    </domain>
  </xsl:template>
</xsl:stylesheet>
